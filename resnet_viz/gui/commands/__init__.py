"""Commands as data, and the menus, palette and help made from them."""
