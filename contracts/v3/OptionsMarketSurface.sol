// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IVolatilitySurface} from "../interfaces/IVolatilitySurface.sol";
import {CollateralMath} from "../libraries/CollateralMath.sol";
import {Series} from "../v1/MarketBook.sol";
import {OptionsMarketCore} from "../v1/OptionsMarketCore.sol";
import {OptionsMarketPositions} from "./OptionsMarketPositions.sol";

/// @title A volatility surface for the options market
/// @notice The upgrade changes no price: every option is priced with the one volatility of its underlying until
/// governance activates a surface. From then on the surface says the volatility by strike and expiry, and never further
/// from the flat one than `maximumShift`, which bounds how far a premium can move.
/// @dev The body of version 3, without constructor and initializer, which are the version's own.
abstract contract OptionsMarketSurface is OptionsMarketPositions {
    using CollateralMath for uint256;

    /// @param surface Where volatilities come from; zero until one is activated.
    /// @param maximumShift Farthest that the surface counts from the flat volatility, as a share of it, 18 decimals.
    /// @custom:storage-location erc7201:options.storage.OptionsMarket.Surface
    struct SurfaceStorage {
        IVolatilitySurface surface;
        uint64 maximumShift;
    }

    /// @dev keccak256(abi.encode(uint256(keccak256("options.storage.OptionsMarket.Surface")) - 1))
    /// & ~bytes32(uint256(0xff))
    bytes32 private constant SURFACE_LOCATION = 0xfe9b4240eba2669c07276abfff8daac2180d5b785bc1aec2b729aaef8fef4b00;

    event SurfaceActivated(address indexed surface);
    event MaximumShiftSet(uint64 maximumShift);

    /// @notice Prices every option by `surface` from now on; zero goes back to the flat volatility.
    function activateSurface(IVolatilitySurface surface_) external onlyRole(DEFAULT_ADMIN_ROLE) {
        require(address(surface_) == address(0) || address(surface_).code.length != 0, BadParameter());
        _surfaceStorage().surface = surface_;
        emit SurfaceActivated(address(surface_));
    }

    /// @notice The surface in force; zero while every option is priced with the flat volatility.
    function volatilitySurface() external view returns (IVolatilitySurface) {
        return _surfaceStorage().surface;
    }

    /// @notice Farthest that the surface counts from the flat volatility, as a share of it, 18 decimals.
    function maximumShift() external view returns (uint64) {
        return _surfaceStorage().maximumShift;
    }

    /// @inheritdoc OptionsMarketCore
    function _volatility(Series storage entry, uint256 strike) internal view override returns (uint256) {
        uint256 flat = super._volatility(entry, strike);
        SurfaceStorage storage $ = _surfaceStorage();
        if (address($.surface) == address(0)) return flat;
        uint256 shift = flat.shareDown($.maximumShift);
        uint256 left = Math.saturatingSub(entry.expiry, block.timestamp);
        uint256 local = $.surface.volatility(entry.underlying, strike, left);
        return Math.min(Math.max(local, flat - shift), flat + shift);
    }

    /// @dev For the initializer of a version: the bound is part of the product's terms, and no role changes it.
    function _setMaximumShift(uint64 shift) internal {
        require(shift != 0 && shift < CollateralMath.ONE, BadParameter());
        _surfaceStorage().maximumShift = shift;
        emit MaximumShiftSet(shift);
    }

    function _surfaceStorage() private pure returns (SurfaceStorage storage $) {
        assembly ("memory-safe") {
            $.slot := SURFACE_LOCATION
        }
    }
}
