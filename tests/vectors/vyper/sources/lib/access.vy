owner: public(address)
pending: address


@internal
def check():
    assert msg.sender == self.owner
