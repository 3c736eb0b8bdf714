import AsyncHTTPClient
enum TokenClientPlaceholder {}
