"""The shop's front: home, sellers' pages, about, the site map, drawn pictures. Composed from the rooms below; writes nothing."""
