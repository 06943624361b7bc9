"""LotusFair (莲乡集): a county marketplace whose books prove whom a sale helped.

The packages and who may import whom are told in docs/house.md and enforced by tests/architecture/.
"""
