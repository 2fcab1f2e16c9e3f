//! How far messages reach that Hearth sends by itself.

use clap::Args;

use super::networks::Networks;

/// How far messages reach. `Default` reaches public addresses alone.
#[derive(Debug, Clone, Default, Args)]
pub struct Outbound {
    /// Networks at home that webhooks and ntfy topics may be in, over plain http too; elsewhere only
    /// public addresses, over https
    #[arg(
        long = "outbound-allow",
        env = "HEARTH_OUTBOUND_ALLOW",
        value_name = "ADDRESSES",
        default_value = "",
        hide_default_value = true,
        global = true
    )]
    pub allow: Networks,
}
