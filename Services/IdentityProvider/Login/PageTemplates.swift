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
        spellcheck="false" maxlength="64" required autofocus>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required>
        <button type="submit">Sign in</button>
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
        <button type="submit" name="decision" value="allow">Allow</button>
        <button type="submit" name="decision" value="deny" class="quiet">Do not allow</button>
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
        <button type="submit">Sign out</button>
        </form>
        """
    )

    static let message = page(
        "Gatehouse",
        """
        <h1>{{title}}</h1>
        <p>{{text}}</p>
        {{#reference}}<p class="small">Reference: <code>{{reference}}</code></p>{{/reference}}
        """
    )

    /// Allowed by its hash in the Content-Security-Policy: no other style and no script at all can run on these pages.
    static let style = """
        :root { color-scheme: light dark; --ink: #1c2430; --paper: #fbfaf7; --line: #8a8f98; --accent: #1f4e79; }
        @media (prefers-color-scheme: dark) {
        :root { --ink: #e8e6e1; --paper: #171b21; --line: #7d8590; --accent: #8fbce6; } }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.5 system-ui, sans-serif; }
        main { max-width: 24rem; margin: 12vh auto 2rem; padding: 0 1.25rem; }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
        label { display: block; margin: 1rem 0 .25rem; }
        input { box-sizing: border-box; width: 100%; padding: .6rem; font: inherit; color: inherit;
        background: transparent; border: 1px solid var(--line); border-radius: .3rem; }
        button { margin: 1.5rem .5rem 0 0; padding: .6rem 1.25rem; font: inherit; color: var(--paper);
        background: var(--accent); border: 1px solid var(--accent); border-radius: .3rem; cursor: pointer; }
        button.quiet { color: inherit; background: transparent; border-color: var(--line); }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        .problem { padding: .6rem .8rem; border: 1px solid; border-left-width: .3rem; }
        .small { font-size: .875rem; }
        """

    private static func page(_ title: String, _ main: String) -> String {
        """
        {{% CONTENT_TYPE:\(HTMLText.name)}}<!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(title)</title>
        <style>\(style)</style>
        </head>
        <body><main>
        \(main)
        </main></body>
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
