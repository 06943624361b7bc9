"""Experiences and routes that households and villages offer: places, tours, their shared inventory, bookings and the day itself.

Owns sites, tours with options, units and components, resources with their buckets of time, departures, bookings with tickets,
shares and cancellations, check-ins and the waiting list. Refuses to take money (payments do), to know who is registered (income
asks assistance), and to take one seat more than there is: what is scarce changes by one conditional UPDATE.
"""
