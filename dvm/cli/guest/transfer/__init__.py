"""Files between host and guest as a tar: made for a guest, or taken apart by somebody who trusts nothing in it."""
