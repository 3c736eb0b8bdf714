-- POST /oauth2/token, refresh_token: every thread holds one connection and one family out of the file $REFRESH_TOKENS, and
-- presents in each request the successor that it was given in the last answer.
local threads = 0
function setup(thread)
    threads = threads + 1
    thread:set("line", threads)
end
function init()
    local current = os.getenv("WARMUP") and 0 or -8
    for text in io.lines(os.getenv("REFRESH_TOKENS")) do
        current = current + 1
        if current == line then token = text end
    end
    headers = { ["Content-Type"] = "application/x-www-form-urlencoded" }
end
function request()
    return wrk.format("POST", "/oauth2/token", headers, "grant_type=refresh_token&client_id=gatehouse-demo&refresh_token=" .. token)
end
function response(status, _, body)
    local successor = string.match(body, '"refresh_token":"([^"]+)"')
    if successor then token = successor end
end
