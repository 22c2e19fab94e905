// SPDX-License-Identifier: MIT
pragma solidity 0.5.17;

contract Base5 {
    enum Mode { Running, SettleOnly, Paused }
    struct Position { address trader; uint64 expiry; int128 size; bool open; uint256[3] marks; }
    bool internal initialized;
    Mode public mode;
    uint48 internal opened;
    bytes20 internal tag;
    uint256[2] internal gap;
}

contract Storage5 is Base5 {
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
}

contract Inserted5 is Base5 {
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
}

contract Appended5 is Storage5 {
    uint32 internal more;
}
