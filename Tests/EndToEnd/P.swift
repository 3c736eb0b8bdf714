enum EndToEndP {}
