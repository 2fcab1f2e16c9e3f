//! One conversation with the mail server.

use std::io::{Error, ErrorKind, Result};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use super::{Posted, Shared, Stream, Trouble};

/// What comes after a command.
enum Then {
    Next,
    Tls,
    End,
}

/// A conversation, and what was said in it so far.
pub(super) struct Talk<'a, S> {
    stream: BufReader<S>,
    shared: &'a Shared,
    encrypted: bool,
    hello: bool,
    user: Option<String>,
    from: Option<String>,
    to: Vec<String>,
}

impl<'a, S: Stream> Talk<'a, S> {
    pub(super) fn new(stream: S, shared: &'a Shared, encrypted: bool) -> Talk<'a, S> {
        Talk {
            stream: BufReader::new(stream),
            shared,
            encrypted,
            hello: false,
            user: None,
            from: None,
            to: Vec::new(),
        }
    }

    /// Talks to the end, or until TLS takes over the stream.
    pub(super) async fn run(mut self, greets: bool) -> Result<Option<S>> {
        if greets && !self.troubled("CONNECT").await? {
            self.say("220 postbox.example ESMTP").await?;
        }
        loop {
            let line = self.hear().await?;
            self.shared.heard.lock().unwrap().push(line.clone());
            let (command, rest) = line.split_once(' ').unwrap_or((&line, ""));
            let command = command.to_ascii_uppercase();
            self.hello |= command == "EHLO";
            if self.troubled(&command).await? {
                continue;
            }
            match self.obey(&command, rest).await? {
                Then::Next => {}
                // Nothing may lie between the command and the first byte of TLS.
                Then::Tls if self.stream.buffer().is_empty() => {
                    return Ok(Some(self.stream.into_inner()));
                }
                Then::Tls | Then::End => return Ok(None),
            }
        }
    }

    async fn obey(&mut self, command: &str, rest: &str) -> Result<Then> {
        match command {
            "EHLO" if !rest.is_empty() => self.hello().await?,
            "STARTTLS" if self.offers_starttls() => {
                self.say("220 go ahead").await?;
                return Ok(Then::Tls);
            }
            "AUTH" if self.hello => self.sign_in(rest).await?,
            "MAIL" => self.mail(rest).await?,
            "RCPT" => self.rcpt(rest).await?,
            "DATA" => return self.data().await,
            "RSET" => {
                self.forget();
                self.say("250 forgotten").await?;
            }
            "NOOP" => self.say("250 still here").await?,
            "QUIT" => {
                self.say("221 goodbye").await?;
                return Ok(Then::End);
            }
            _ => self.say("502 no such command").await?,
        }
        Ok(Then::Next)
    }

    async fn hello(&mut self) -> Result<()> {
        self.forget();
        self.say("250-postbox.example").await?;
        if self.offers_starttls() {
            self.say("250-STARTTLS").await?;
        }
        if self.known().is_some() {
            self.say("250-AUTH PLAIN LOGIN").await?;
        }
        self.say("250-SMTPUTF8").await?;
        self.say("250 8BITMIME").await
    }

    async fn sign_in(&mut self, rest: &str) -> Result<()> {
        let (mechanism, first) = rest.split_once(' ').unwrap_or((rest, ""));
        let told = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => {
                let told = decoded(first);
                let mut parts = told.split('\0').skip(1).map(str::to_owned);
                parts.next().zip(parts.next())
            }
            "LOGIN" => {
                self.say("334 VXNlcm5hbWU6").await?;
                let user = decoded(&self.hear().await?);
                self.say("334 UGFzc3dvcmQ6").await?;
                Some((user, decoded(&self.hear().await?)))
            }
            _ => return self.say("504 no such way to sign in").await,
        };
        if told.is_none() || told != self.known() {
            return self.say("535 5.7.8 who are you?").await;
        }
        self.user = told.map(|(user, _)| user);
        self.say("235 welcome").await
    }

    async fn mail(&mut self, rest: &str) -> Result<()> {
        let missing = match () {
            () if !self.hello || self.from.is_some() => Some("503 not now"),
            () if self.offers_starttls() => Some("530 5.7.0 STARTTLS first"),
            () if self.known().is_some() && self.user.is_none() => Some("530 5.7.0 sign in"),
            () => None,
        };
        if let Some(missing) = missing {
            return self.say(missing).await;
        }
        self.from = address("FROM:", rest);
        let answer = match self.from {
            Some(_) => "250 ok",
            None => "501 from whom?",
        };
        self.say(answer).await
    }

    async fn rcpt(&mut self, rest: &str) -> Result<()> {
        let to = address("TO:", rest).filter(|_| self.from.is_some());
        if let Some(mailbox) = &to
            && self.troubled(mailbox).await?
        {
            return Ok(());
        }
        let answer = match &to {
            Some(_) => "250 ok",
            None => "503 not now",
        };
        self.to.extend(to);
        self.say(answer).await
    }

    async fn data(&mut self) -> Result<Then> {
        if self.to.is_empty() {
            self.say("503 to whom?").await?;
            return Ok(Then::Next);
        }
        self.say("354 go on").await?;
        let mut bytes = Vec::new();
        loop {
            let line = self.hear().await?;
            self.troubled("TEXT").await?;
            if line == "." {
                break;
            }
            // A line that begins with a dot was sent with one more.
            bytes.extend_from_slice(line.strip_prefix('.').unwrap_or(&line).as_bytes());
            bytes.extend_from_slice(b"\r\n");
        }
        if !self.troubled(".").await? {
            self.keep(bytes);
            self.say("250 taken").await?;
        }
        self.forget();
        Ok(Then::Next)
    }

    fn keep(&mut self, bytes: Vec<u8>) {
        let letter = Posted {
            from: self.from.clone().unwrap_or_default(),
            to: self.to.clone(),
            user: self.user.clone(),
            encrypted: self.encrypted,
            bytes,
        };
        self.shared
            .letters
            .send_modify(|letters| letters.push(letter));
    }

    fn forget(&mut self) {
        self.from = None;
        self.to.clear();
    }

    fn known(&self) -> Option<(String, String)> {
        self.shared.user.lock().unwrap().clone()
    }

    fn offers_starttls(&self) -> bool {
        self.shared.offers_starttls && !self.encrypted
    }

    /// Makes the trouble that was asked for at this command; tells whether there was any.
    async fn troubled(&mut self, command: &str) -> Result<bool> {
        let trouble = self.shared.troubles.lock().unwrap().get(command).copied();
        match trouble {
            None => Ok(false),
            Some(Trouble::Says(answer)) => self.say(answer).await.map(|()| true),
            Some(Trouble::HangsUp) => Err(ErrorKind::ConnectionAborted.into()),
            Some(Trouble::KeepsSilent) => std::future::pending().await,
        }
    }

    async fn say(&mut self, line: &str) -> Result<()> {
        let stream = self.stream.get_mut();
        stream.write_all(format!("{line}\r\n").as_bytes()).await?;
        stream.flush().await
    }

    /// The next line. Lines end with CR LF, as the protocol has it: a lone LF is part of a line.
    async fn hear(&mut self) -> Result<String> {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            if self.stream.read_until(b'\n', &mut line).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
        line.truncate(line.len() - 2);
        String::from_utf8(line).map_err(Error::other)
    }
}

/// The address in `FROM:<ada@example.org> BODY=8BITMIME`.
fn address(keyword: &str, rest: &str) -> Option<String> {
    let rest = rest.strip_prefix(keyword)?.strip_prefix('<')?;
    rest.rsplit_once('>').map(|(address, _)| address.to_owned())
}

fn decoded(text: &str) -> String {
    let bytes = STANDARD.decode(text).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
