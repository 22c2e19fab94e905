// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// The first version: what it stores at slots 1 and 2 is forgotten by the second one.
contract VaultV0 {
    uint256 public total;
    mapping(address => uint256) public shares;
    uint256 public fee;

    function fill(address owner) external {
        total = 5;
        shares[owner] = 3;
        fee = 7;
    }
}

/// What the proxy runs.
contract VaultV1 {
    address public immutable ASSET;
    address private immutable SELF = address(this);
    uint256 public total;
    uint256[3] private __gap;

    constructor(address asset) {
        ASSET = asset;
    }

    function self() external view returns (address) {
        return SELF;
    }
}

/// What it shall run: both new variables lie where the first version kept its own.
contract VaultV2 {
    address public immutable ASSET;
    address private immutable SELF = address(this);
    uint256 public total;
    mapping(address => bool) public admins;
    uint256 public cap;
    uint256[1] private __gap;

    constructor(address asset) {
        ASSET = asset;
    }

    function self() external view returns (address) {
        return SELF;
    }

    function appoint(address admin, uint256 limit) external {
        admins[admin] = true;
        cap = limit;
    }
}

/// Reads the total as a signed number.
contract VaultSigned {
    int256 public total;
    uint256[3] private __gap;
}

/// Has an array that no code names, and that is not called a gap.
contract LedgerV1 {
    uint256 public total;
    uint256[3] private ledger;
}

/// Takes its first word.
contract LedgerV2 {
    uint256 public total;
    uint256 public limit;
    uint256[2] private ledger;

    function set(uint256 value) external {
        limit = value;
    }
}
