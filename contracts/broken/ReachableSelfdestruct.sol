// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SeriesToken} from "../v1/SeriesToken.sol";

/// @title Broken on purpose: the implementation can be ended by whoever the market is
/// @dev Expected finding: unsafe-selfdestruct.
contract ReachableSelfdestruct is SeriesToken {
    /// @notice Ends the token and sends its ether on.
    function retire(address payable heir) external onlyMarket {
        selfdestruct(heir);
    }
}
