// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {Book} from "./MarketBook.sol";
import {OptionsMarketCore} from "./OptionsMarketCore.sol";

/// @title Options market, version 1: calls and puts
/// @notice The implementation behind the market's UUPS proxy.
contract OptionsMarketV1 is OptionsMarketCore, UUPSUpgradeable {
    /// @custom:storage-location erc7201:options.storage.OptionsMarket
    struct MarketStorage {
        Book book;
    }

    /// @dev keccak256(abi.encode(uint256(keccak256("options.storage.OptionsMarket")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE_LOCATION = 0x0ef76cf5b6cc9a0108c809efbdcb7e0dab1aa80e61ac745114b63378d1f3c800;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Version of this implementation.
    function version() external pure returns (string memory) {
        return "1";
    }

    function _authorizeUpgrade(address) internal override onlyRole(UPGRADER_ROLE) {}

    function _book() internal view override returns (Book storage) {
        MarketStorage storage $;
        assembly ("memory-safe") {
            $.slot := STORAGE_LOCATION
        }
        return $.book;
    }
}
