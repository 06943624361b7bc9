"""What buyers order: basket, checkout, one order per seller, its way to the buyer, and what comes back.

Owns freight, sellers' discounts, purchases, orders, their lines, refunds and their history. Refuses to sell what is not held, to
move an order along an edge the table does not know, to refund a line beyond what was paid for it, and to let whoever asked for a
refund approve it. How goods were is said here, by whoever has them, and kept by `products`. It knows no gateway: `payments`
stands above and says when money came and went. It never sees the assistance record: sale facts go to `income`, which does. The
buyer's name, telephone and address are sealed, on the purchase alone.
"""
