import Mustache

/// The pages as templates. Every `{{value}}` is escaped by `HTMLText`; a triple brace stands nowhere.
enum PageTemplates {
    static let signIn = page(
        "Sign in",
        """
        <h1>Sign in</h1>
        <p>to continue to <strong>{{client}}</strong></p>
        {{#problem}}<p class="problem" role="alert">{{problem}}</p>{{/problem}}
        <form method="post" action="/login">
        <input type="hidden" name="csrf" value="{{csrf}}">
        <input type="hidden" name="continue" value="{{continue}}">
        <label for="username">Name</label>
        <input id="username" name="username" value="{{username}}" autocomplete="username" autocapitalize="none" \
        spellcheck="false" maxlength="64" required{{^problem}} autofocus{{/problem}}>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" \
        required{{#problem}} autofocus{{/problem}}>
        <div class="choice"><button type="submit">Sign in</button></div>
        </form>
        """
    )

    static let consent = page(
        "Allow access",
        """
        <h1>{{client}} asks for access</h1>
        <p>You are signed in as <strong>{{account}}</strong>. If you allow it, {{client}} may:</p>
        <ul>{{#scopes}}<li>{{.}}</li>{{/scopes}}</ul>
        <form method="post" action="/consent">
        <input type="hidden" name="csrf" value="{{csrf}}">
        <input type="hidden" name="continue" value="{{continue}}">
        <div class="choice">
        <button type="submit" name="decision" value="deny" class="quiet">Do not allow</button>
        <button type="submit" name="decision" value="allow">Allow</button>
        </div>
        </form>
        """
    )

    static let signOut = page(
        "Sign out",
        """
        <h1>Sign out?</h1>
        <p>You are signed in as <strong>{{account}}</strong>. Signing out ends your access in every application that you
        opened from this browser.</p>
        <form method="post" action="/logout">
        <input type="hidden" name="csrf" value="{{csrf}}">
        <div class="choice"><button type="submit">Sign out</button></div>
        </form>
        """
    )

    static let message = page(
        "{{title}}",
        """
        <h1>{{title}}</h1>
        <p>{{text}}</p>
        {{#reference}}<p class="small">Reference: <code>{{reference}}</code></p>{{/reference}}
        """
    )

    /// Allowed by its hash in the Content-Security-Policy: no other style and no script at all can run on these pages.
    static let style = """
        :root { color-scheme: light dark; --ink: #1c2430; --quiet: #5b6472; --paper: #f3f1ec; --card: #fffefb;
        --line: #8a8f98; --hair: #dedad1; --accent: #1f4e79; --alarm: #9b2c1f; }
        @media (prefers-color-scheme: dark) {
        :root { --ink: #e8e6e1; --quiet: #a3a9b3; --paper: #12151a; --card: #1b2027; --line: #7d8590; --hair: #303742;
        --accent: #8fbce6; --alarm: #f0a596; } }
        * { box-sizing: border-box; }
        body { margin: 0; padding: 9vh 1rem 2rem; background: var(--paper); color: var(--ink);
        font: 1.0625rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
        header { padding-bottom: 1rem; color: var(--quiet); text-align: center; text-transform: uppercase;
        font: 600 .9375rem/1.5 Georgia, "Times New Roman", serif; letter-spacing: .12em; }
        main { max-width: 26rem; margin: 0 auto; padding: 2rem; background: var(--card);
        border: 1px solid var(--hair); border-top: 3px solid var(--accent); border-radius: .4rem; }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; text-wrap: balance; }
        p { margin: .5rem 0 0; }
        ul { margin: 1.25rem 0 0; padding: 0; list-style: none; border-top: 1px solid var(--hair); }
        li { padding: .6rem 0; border-bottom: 1px solid var(--hair); }
        label { display: block; margin: 1.25rem 0 .25rem; font-weight: 600; font-size: .9375rem; }
        input { width: 100%; padding: .6rem .75rem; font: inherit; color: inherit; background: transparent;
        border: 1px solid var(--line); border-radius: .3rem; }
        .choice { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.75rem; }
        button { flex: 1; padding: .65rem 1rem; font: inherit; font-weight: 600; white-space: nowrap; color: var(--card);
        background: var(--accent); border: 1px solid var(--accent); border-radius: .3rem; cursor: pointer; }
        button.quiet { color: inherit; background: transparent; border-color: var(--line); }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        .problem { margin-top: 1.25rem; padding: .6rem .8rem; color: var(--alarm); border: 1px solid;
        border-left-width: .3rem; border-radius: .3rem; }
        .small { margin-top: 1.25rem; font-size: .875rem; color: var(--quiet); }
        """

    private static func page(_ title: String, _ main: String) -> String {
        """
        {{% CONTENT_TYPE:\(HTMLText.name)}}<!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(title) · Gatehouse</title>
        <style>\(style)</style>
        </head>
        <body>
        <header>Gatehouse</header>
        <main>
        \(main)
        </main>
        </body>
        </html>

        """
    }
}

/// Escapes what comes from outside, for text and quoted attributes.
///
/// The library's own escaping goes by `Character`, and a quotation mark with a combining accent is one `Character` that it does not
/// know: it would pass, and end an attribute. So this one goes by scalar.
struct HTMLText: MustacheContentType {
    static let name = "STRICT_HTML"

    func escapeText(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
