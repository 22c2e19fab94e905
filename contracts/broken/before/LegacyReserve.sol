// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice OpenZeppelin 4.9's Initializable, as it lay in plain storage.
abstract contract LegacyInitializable {
    uint8 private _initialized;
    bool private _initializing;

    error AlreadyInitialized();

    modifier initializer() {
        require(_initialized == 0, AlreadyInitialized());
        _initialized = 1;
        _;
    }

    function _disableInitializers() internal {
        _initialized = type(uint8).max;
    }
}

/// @notice OpenZeppelin 4.9's Ownable, as it lay in plain storage with its gap.
abstract contract LegacyOwnable is LegacyInitializable {
    address private _owner;
    uint256[49] private __gap;

    error OnlyOwner();

    modifier onlyOwner() {
        require(msg.sender == _owner, OnlyOwner());
        _;
    }

    /// @notice Who may change the reserve.
    function owner() public view returns (address) {
        return _owner;
    }

    function _setOwner(address owner_) internal {
        _owner = owner_;
    }
}

/// @title A reserve from the days of OpenZeppelin 4, still live
/// @notice What two of the broken upgrades replace.
contract LegacyReserve is LegacyOwnable {
    uint256 private _reserved;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Sets the reserve up behind its proxy; runs once.
    function initialize(address owner_) external initializer {
        _setOwner(owner_);
    }

    /// @notice Sets what is kept in reserve.
    function reserve(uint256 amount) external onlyOwner {
        _reserved = amount;
    }

    /// @notice What is kept in reserve.
    function reserved() external view returns (uint256) {
        return _reserved;
    }
}
