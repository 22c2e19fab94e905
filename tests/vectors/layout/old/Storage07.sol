// SPDX-License-Identifier: MIT
pragma solidity 0.7.6;

library Diamond7 {
    struct Market { uint128 strike; uint64 expiry; address writer; mapping(uint256 => uint256) open; }
    bytes32 internal constant SLOT = keccak256("old.market");
    function market() internal pure returns (Market storage m) {
        bytes32 slot = SLOT;
        assembly { m.slot := slot }
    }
}

contract Base7 {
    enum Mode { Running, SettleOnly, Paused }
    struct Position { address trader; uint64 expiry; int128 size; bool open; uint256[3] marks; }
    bool internal initialized;
    Mode public mode;
    uint48 internal opened;
    bytes20 internal tag;
    uint256[2] internal gap;
}

contract Storage7 is Base7 {
    int24 internal tick;
    bytes internal note;
    string internal name;
    Position internal first;
    Position[] internal all;
    Position[2] internal pair;
    mapping(address => mapping(bytes32 => Position)) internal held;
    function (uint256) external returns (bool) internal callback;
    uint8[33] internal packed;
    uint16 internal last;
    function strike() external view returns (uint128) { return Diamond7.market().strike; }
}

contract Inserted7 is Base7 {
    uint256 internal before;
    int24 internal tick;
    bytes internal note;
    string internal name;
    Position internal first;
    Position[] internal all;
    Position[2] internal pair;
    mapping(address => mapping(bytes32 => Position)) internal held;
    function (uint256) external returns (bool) internal callback;
    uint8[33] internal packed;
    uint16 internal last;
    function strike() external view returns (uint128) { return Diamond7.market().strike; }
}

contract Appended7 is Storage7 {
    uint32 internal more;
}
