//! Why something was not done.

/// Why an act was refused. Nothing happened; the text says what would have been possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The e-mail address has an account.
    #[error("this e-mail address has an account already: sign in instead")]
    EmailTaken,
    /// The password is too easy to guess.
    #[error("this password is easy to guess: a few unrelated words make a good one")]
    WeakPassword,
    /// The password to change to is too easy to guess.
    #[error("the new password is easy to guess: a few unrelated words make a good one")]
    WeakNewPassword,
    /// The password was asked for once more, and it was not this one.
    #[error("this is not your password; nothing was done")]
    WrongPassword,
    /// E-mail address and password do not belong together.
    #[error("e-mail address or password is wrong")]
    WrongCredentials,
    /// Somebody who is in a couple cannot found or join another.
    #[error("you are in a couple already: leave it first")]
    AlreadyInCouple,
    /// No couple, or none that is confirmed yet.
    #[error(
        "you are in no couple: found one, accept an invitation, or wait until you are confirmed"
    )]
    NoCouple,
    /// Both seats are taken.
    #[error("this couple has two people already, or one who waits to be confirmed")]
    CoupleFull,
    /// The invitation is unknown, used or expired: they look alike.
    #[error("no invitation goes by this code: ask your partner for a new one")]
    UnknownInvitation,
    /// One's own invitation.
    #[error("this is your own invitation: your partner accepts it")]
    OwnInvitation,
    /// A confirmed partner can leave, but cannot be turned away.
    #[error("your partner is confirmed already")]
    AlreadyConfirmed,
    /// A couple has at most a hundred rituals that are not archived, and a thousand with those that are.
    #[error("a couple can have 100 rituals at a time, and 1000 with the archived ones")]
    TooManyRituals,
    /// A couple has at most a thousand rests.
    #[error("a couple can have 1000 rests: remove one that is long over")]
    TooManyRests,
    /// `starts_on` is too far away.
    #[error("a ritual starts at most 50 years back and at most a year ahead")]
    StartOutOfRange,
    /// `rule` stands once something was logged.
    #[error("the rule stands since the first log: propose a new ritual instead")]
    RuleStands,
    /// `starts_on` stands once something was logged.
    #[error("the start stands since the first log: propose a new ritual instead")]
    StartStands,
    /// Only whoever has said yes may log.
    #[error("you take no part in this ritual: agree to it first")]
    NotTakingPart,
    /// The date is not here yet for the one who logs.
    #[error("this date is still to come: wait until it is here")]
    DateToCome,
    /// The date lies before the ritual's first.
    #[error("this date lies before the ritual's first")]
    DateBeforeStart,
    /// The prompt of this date is more than six days old.
    #[error("this question is past answering: a question waits for a week")]
    PromptClosed,
    /// A member has at most four hundred check-ups.
    #[error("you can have 400 check-ups: drop an old one")]
    TooManyCheckups,
    /// A finished check-up no longer changes.
    #[error("this check-up is finished, and no longer changes; it can be dropped")]
    CheckupFinished,
    /// Nothing of a check-up is shared before it is opened.
    #[error("this check-up is not opened yet: finish it, and wait for your partner or seven days")]
    CheckupSealed,
    /// `to` before `from`.
    #[error("a rest cannot end before it begins")]
    RestEndsBeforeItBegins,
    /// There is no confirmed partner.
    #[error("there is nobody to do this with yet: your partner comes first")]
    NoPartner,
    /// A thank-you is about what has been.
    #[error("this date is still to come: thank for what has been")]
    ThanksForDateToCome,
    /// Hearts come from the one who was thanked.
    #[error("these are your own words: the heart is your partner's to give")]
    OwnAppreciation,
    /// Only its writer can take a thank-you back.
    #[error("these are your partner's words: only they can take them back")]
    PartnersAppreciation,
    /// One sits in one session at a time.
    #[error("you sit in a session already: finish it first, or give it up")]
    AlreadyPresent,
    /// The ritual begins on a later date.
    #[error("this ritual begins on a later date")]
    RitualToCome,
    /// Without a ritual, nobody would know what is planned.
    #[error("without a ritual, a plan needs a title")]
    PlanOfNothing,
    /// A couple has at most a thousand plans.
    #[error("a couple can have 1000 plans: remove one that is long over")]
    TooManyPlans,
    /// An account has at most ten channels.
    #[error("you can have 10 channels: remove one first")]
    TooManyChannels,
    /// A couple has at most ten thousand thank-yous.
    #[error("a couple can keep 10000 thank-yous: take one of yours back")]
    TooManyAppreciations,
}
