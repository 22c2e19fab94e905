// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccountRegistry, IMandatedMarket} from "../interfaces/IAccountRegistry.sol";
import {ShortPositions} from "../v1/ShortPositions.sol";
import {OptionsMarketSurface} from "../v3/OptionsMarketSurface.sol";

/// @title A compliance mandate for the options market
/// @notice Only accounts that the registry allows take on short positions, and every change of one is reported with
/// what it came to. Nobody needs permission to get smaller: closing, selling back, settling and redeeming are as
/// before.
/// @dev The body of version 4, without constructor and initializer, which are the version's own. What a holder may do
/// with options is the series token's matter, which asks for the same registry.
abstract contract OptionsMarketMandate is OptionsMarketSurface, IMandatedMarket {
    /// @param registry Who is allowed; zero allows nobody.
    /// @custom:storage-location erc7201:options.storage.OptionsMarket.Mandate
    struct MandateStorage {
        IAccountRegistry registry;
    }

    /// @dev keccak256(abi.encode(uint256(keccak256("options.storage.OptionsMarket.Mandate")) - 1))
    /// & ~bytes32(uint256(0xff))
    bytes32 private constant MANDATE_LOCATION = 0xc9d2be24e4e786d24861becd226a1f139e7ee2cddf298857e2789708fa75bc00;

    event AccountRegistrySet(address indexed registry);

    /// @notice What `writer` is short in a series now; for whoever reports positions.
    event ShortReported(uint256 indexed seriesId, address indexed writer, uint256 amount);

    error AccountNotAllowed(address account);

    /// @notice Replaces the account registry.
    function setAccountRegistry(IAccountRegistry registry) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setAccountRegistry(registry);
    }

    /// @inheritdoc IMandatedMarket
    function accountRegistry() public view returns (IAccountRegistry) {
        return _mandateStorage().registry;
    }

    /// @inheritdoc ShortPositions
    function _shortChanged(uint256 seriesId, address writer, uint256 from, uint256 to) internal override {
        if (to > from) {
            IAccountRegistry registry = accountRegistry();
            bool isAllowed = address(registry) != address(0) && registry.isAllowed(writer);
            require(isAllowed, AccountNotAllowed(writer));
        }
        emit ShortReported(seriesId, writer, to);
    }

    function _setAccountRegistry(IAccountRegistry registry) internal {
        require(address(registry).code.length != 0, BadParameter());
        _mandateStorage().registry = registry;
        emit AccountRegistrySet(address(registry));
    }

    function _mandateStorage() private pure returns (MandateStorage storage $) {
        assembly ("memory-safe") {
            $.slot := MANDATE_LOCATION
        }
    }
}
