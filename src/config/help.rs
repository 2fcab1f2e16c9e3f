//! Where help is, as the operator knows it: shown beside every check-up, to everybody alike.

use std::fmt;
use std::str::FromStr;

use clap::Args;
use url::Url;

/// A line and a link of the operator's own, such as a therapist's practice.
#[derive(Debug, Clone, Default, Args)]
pub struct Help {
    /// A line that check-ups show beside the note on getting help
    #[arg(
        long = "help-line",
        env = "HEARTH_HELP_LINE",
        value_name = "TEXT",
        global = true
    )]
    pub line: Option<HelpLine>,
    /// A link that check-ups show there; https only
    #[arg(
        long = "help-link",
        env = "HEARTH_HELP_LINK",
        value_name = "URL",
        global = true
    )]
    pub link: Option<HelpLink>,
}

/// A line of text.
#[derive(Debug, Clone)]
pub struct HelpLine(String);

impl HelpLine {
    /// The most characters it may have.
    const MAX: usize = 200;
}

impl FromStr for HelpLine {
    type Err = String;

    fn from_str(text: &str) -> Result<HelpLine, String> {
        let text = text.trim();
        let fits = (1..=HelpLine::MAX).contains(&text.chars().count());
        let is_plain = !text.contains(char::is_control);
        (fits && is_plain)
            .then(|| HelpLine(text.to_owned()))
            .ok_or_else(|| format!("it must be one line of 1 to {} characters", HelpLine::MAX))
    }
}

impl fmt::Display for HelpLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An address of a web page: nobody on the way shall see who looks for help.
#[derive(Debug, Clone)]
pub struct HelpLink(Url);

impl FromStr for HelpLink {
    type Err = String;

    fn from_str(text: &str) -> Result<HelpLink, String> {
        let url = Url::parse(text).ok().filter(|url| url.scheme() == "https");
        url.map(HelpLink)
            .ok_or_else(|| format!("{text} is no link such as https://example.org/help"))
    }
}

impl fmt::Display for HelpLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
