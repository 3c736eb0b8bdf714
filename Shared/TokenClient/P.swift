import AsyncHTTPClient

enum TokenClientPlaceholder {}
