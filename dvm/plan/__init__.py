"""From differences to an ordered plan. Pure: it asks nothing and changes nothing."""
