enum ServiceKitP {}
