-- POST /oauth2/token, client_credentials with the Basic credentials in $BASIC.
wrk.method = "POST"
wrk.headers["Authorization"] = "Basic " .. (os.getenv("BASIC") or "")
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.body = "grant_type=client_credentials"
