//! Where messages go is parsed once, into what a URL parser made of it, and refused in plain words.

use hearth::domain::endpoint::Endpoint;

fn told(text: &str) -> Result<String, &'static str> {
    Endpoint::try_from(text.to_owned()).map(String::from)
}

#[test]
fn an_endpoint_is_a_web_address() {
    for (text, read) in [
        ("https://ntfy.sh/ada-7Yq2", "https://ntfy.sh/ada-7Yq2"),
        (" HTTPS://Ntfy.SH ", "https://ntfy.sh/"),
        ("http://192.168.1.5:8080/ada", "http://192.168.1.5:8080/ada"),
        ("https://example.org:443/a b?c=%20", ""),
        (
            "https://bücher.example/hook?key=ü",
            "https://xn--bcher-kva.example/hook?key=%C3%BC",
        ),
        // What a number really is, everybody can see.
        ("https://0x7f.1/", "https://127.0.0.1/"),
    ] {
        assert_eq!(told(text).unwrap_or_default(), read, "{text}");
        if !read.is_empty() {
            assert_eq!(told(read).unwrap(), read, "it survives the database");
        }
    }
    let (start, longest) = ("https://example.org/", Endpoint::MAX);
    let path = |length: usize| format!("{start}{}", "a".repeat(length - start.len()));
    assert!(told(&path(longest)).is_ok());
    for (text, why) in [
        ("ntfy.sh/ada", "must be a web address"),
        ("mailto:ada@example.org", "must be a web address"),
        (
            "https://ada:otters@example.org/",
            "must not hold a user name",
        ),
        ("https://example.org/#top", "must not have a part after #"),
        (&path(longest + 1), "must have at most 2048 characters"),
        // Each of these letters takes six characters once it is spelled out.
        (
            &format!("{start}{}", "ü".repeat(400)),
            "must have at most 2048 characters",
        ),
    ] {
        let refusal = told(text).unwrap_err();
        assert!(refusal.starts_with(why), "{text}: {refusal}");
    }
}
