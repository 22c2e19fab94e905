// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {CollateralVault} from "../v1/CollateralVault.sol";
import {ClearingHouseSpreads} from "../v2/ClearingHouseSpreads.sol";

/// @title Packed account records for the clearing house
/// @notice An account's word was its balance; now it is a record of balance and time of the latest change, told apart
/// by its last byte:
///
/// | bits | what |
/// |---|---|
/// | 0 to 127 | balance, collateral units |
/// | 128 to 191 | Unix time of the latest change |
/// | 248 to 255 | layout: 0 = the whole word is the balance, 1 = this record |
///
/// Accounts named to the migration are rewritten in the upgrade's own transaction, all others with their next change;
/// both are read alike, so that no balance depends on who was named.
/// @dev The body of version 3, without constructor and initializer, which are the version's own. The vault's mapping
/// keeps its declared type: what its words mean is said here alone.
abstract contract ClearingHousePacked is ClearingHouseSpreads {
    using SafeCast for uint256;

    /// @notice One account's record.
    struct AccountRecord {
        uint8 layoutByte;
        uint64 changedAt;
        uint128 balance;
    }

    uint256 private constant TIME_OFFSET = 128;
    uint256 private constant LAYOUT_OFFSET = 248;

    /// @dev The layout byte of the record above.
    uint256 private constant PACKED = 1;

    event AccountMigrated(address indexed account, uint256 balance);

    error UnknownLayout(uint256 layoutByte);

    /// @notice Rewrites the records of accounts that are still kept as version 1 did; anyone, moves nothing.
    function migrate(address[] calldata accounts) external nonReentrant {
        _migrate(accounts);
    }

    /// @notice An account's record; an account that was not migrated has layout and time zero.
    function accountRecord(address account) external view returns (AccountRecord memory) {
        uint256 word = _wordOf(account);
        if (word >> LAYOUT_OFFSET == 0) return AccountRecord(0, 0, balanceOf(account).toUint128());
        return AccountRecord(uint8(word >> LAYOUT_OFFSET), uint64(word >> TIME_OFFSET), uint128(word));
    }

    function _migrate(address[] calldata accounts) internal {
        for (uint256 index; index < accounts.length; ++index) {
            address account = accounts[index];
            if (_wordOf(account) >> LAYOUT_OFFSET != 0) continue;
            _rewrite(account);
            emit AccountMigrated(account, balanceOf(account));
        }
    }

    /// @inheritdoc CollateralVault
    function _balanceIn(uint256 word) internal pure override returns (uint256) {
        uint256 layoutByte = word >> LAYOUT_OFFSET;
        if (layoutByte == 0) return word;
        require(layoutByte == PACKED, UnknownLayout(layoutByte));
        return uint128(word);
    }

    /// @inheritdoc CollateralVault
    function _record(uint256 balance) internal view override returns (uint256) {
        return balance.toUint128() | (block.timestamp << TIME_OFFSET) | (PACKED << LAYOUT_OFFSET);
    }
}
