// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/ERC20Upgradeable.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {ISeriesToken} from "../interfaces/ISeriesToken.sol";

/// @title The ERC-20 of one option series
/// @notice One whole token (18 decimals) is one option. Every series is a BeaconProxy; the beacon belongs to the
/// timelock, so that all series change together.
contract SeriesToken is ISeriesToken, ERC20Upgradeable {
    /// @custom:storage-location erc7201:options.storage.SeriesToken
    struct SeriesTokenStorage {
        address market;
        uint256 seriesId;
    }

    /// @dev keccak256(abi.encode(uint256(keccak256("options.storage.SeriesToken")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE_LOCATION = 0x1291610cbd971f4527229573e2e6f35b46e8c4ebfde87f026504f41a41447800;

    error OnlyMarket(address caller);

    modifier onlyMarket() {
        require(msg.sender == _storage().market, OnlyMarket(msg.sender));
        _;
    }

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @inheritdoc ISeriesToken
    function initialize(address market_, uint256 seriesId_) external initializer {
        string memory number = Strings.toString(seriesId_);
        __ERC20_init(string.concat("Option series ", number), string.concat("OPT-", number));
        SeriesTokenStorage storage $ = _storage();
        $.market = market_;
        $.seriesId = seriesId_;
    }

    /// @inheritdoc ISeriesToken
    function mint(address holder, uint256 amount) external onlyMarket {
        _mint(holder, amount);
    }

    /// @inheritdoc ISeriesToken
    function burn(address holder, uint256 amount) external onlyMarket {
        _burn(holder, amount);
    }

    /// @notice The market that mints and burns.
    function market() public view returns (address) {
        return _storage().market;
    }

    /// @notice Number of the series in its market.
    function seriesId() external view returns (uint256) {
        return _storage().seriesId;
    }

    function _storage() private pure returns (SeriesTokenStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE_LOCATION
        }
    }
}
