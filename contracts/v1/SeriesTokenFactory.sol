// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BeaconProxy} from "@openzeppelin/contracts/proxy/beacon/BeaconProxy.sol";
import {ISeriesToken} from "../interfaces/ISeriesToken.sol";
import {ISeriesTokenFactory} from "../interfaces/ISeriesTokenFactory.sol";

/// @title Where the tokens of new series come from
/// @notice Stateless: every token belongs to whoever asks for it, and follows one beacon.
/// @dev Apart from the market only because the proxy's creation code would take the market near the size limit.
contract SeriesTokenFactory is ISeriesTokenFactory {
    /// @notice The beacon that all tokens follow.
    address public immutable beacon;

    event TokenCreated(address indexed market, uint256 indexed seriesId, address token);

    /// @param beacon_ An UpgradeableBeacon of a SeriesToken implementation.
    constructor(address beacon_) {
        beacon = beacon_;
    }

    /// @inheritdoc ISeriesTokenFactory
    function createToken(uint256 seriesId) external returns (ISeriesToken token) {
        bytes memory setUp = abi.encodeCall(ISeriesToken.initialize, (msg.sender, seriesId));
        token = ISeriesToken(address(new BeaconProxy(beacon, setUp)));
        emit TokenCreated(msg.sender, seriesId, address(token));
    }
}
