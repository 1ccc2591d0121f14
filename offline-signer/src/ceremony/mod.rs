//! The ceremony: from bytes that arrived to a result that may leave, in the only order there is.
//! Knows nothing of terminals, PKCS#11, files or the channel; it touches what its desk holds.
//!
//! ```text
//! Received -> Authenticated -> Reviewed -> Permitted -> Approved -> Recorded -> Signed -> Journaled -> Released
//!       \_____________\____________\___________\___________\___________\__________\-> Refusal (journaled too)
//! ```
//!
//! Each state owns what has been established and is consumed by the step out of it; none can be
//! made elsewhere, copied, or left out:
//!
//! ```compile_fail
//! fn skip(signed: offline_signer::ceremony::Signed) -> Vec<u8> {
//!     signed.signatures // private: what is not journaled does not leave
//! }
//! ```

mod approval_refusal;
mod approved;
mod attempt;
mod authenticated;
mod journaled;
mod permitted;
mod ports;
mod received;
mod recorded;
mod refusal;
mod reviewed;
mod signed;
#[cfg(test)]
mod tests;

use crate::isolation::Isolated;

pub use self::approval_refusal::ApprovalRefusal;
pub(crate) use self::approved::Given;
pub use self::approved::{APPROVER, Approvals, Approved, Bound, FOUNDER};
pub use self::attempt::Attempt;
pub use self::authenticated::Authenticated;
pub(crate) use self::authenticated::check_times;
pub use self::journaled::{Journaled, Released};
pub use self::permitted::Permitted;
pub use self::ports::{
    Authorised, Decision, Desk, Isolation, People, Reading, Room, SealDigest, StationToken, Tokens,
    TypedPin, WalletSignature,
};
pub use self::received::Received;
pub use self::recorded::Recorded;
pub use self::refusal::Refusal;
pub use self::reviewed::Reviewed;
pub use self::signed::Signed;

/// Runs a ceremony over the bytes that arrived on an isolated machine, and leaves a record of it however it ends.
///
/// # Errors
/// [`Attempt`]: the reason, with what is known of the request. Nothing
/// left the station.
pub fn run(
    bytes: Vec<u8>,
    isolated: Isolated,
    desk: &mut Desk<'_>,
) -> Result<Released, Box<Attempt>> {
    let mut attempt = Attempt::of(&bytes);
    let outcome = steps(Received::new(bytes, isolated), desk, &mut attempt);
    outcome.map_err(|refusal| Box::new(attempt.refuse(refusal, desk)))
}

fn steps(
    received: Received,
    desk: &mut Desk<'_>,
    attempt: &mut Attempt,
) -> Result<Released, Refusal> {
    received
        .authenticate(desk, attempt)? //  an authorised source sealed it, for this station and wallet
        .review(desk)? //                 it is fresh, and understood to the last byte
        .permit(desk)? //                 the policy allows all of it
        .approve(desk)? //                the quorum read it, one by one, and signed that they agree
        .record(desk)? //                 the intent is in the journal, durably; it counts as spent
        .sign(desk)? //                   the token signed, and every signature verifies
        .journal(desk)? //                the outcome is in the journal, durably
        .release(desk) //                 and only now may it leave
}

/// Runs the ceremony as far as the policy's verdict: nobody is asked, nothing is signed.
///
/// # Errors
/// As [`run`].
pub fn rehearse(
    bytes: Vec<u8>,
    isolated: Isolated,
    desk: &mut Desk<'_>,
) -> Result<Permitted, Box<Attempt>> {
    let mut attempt = Attempt::of(&bytes);
    let outcome = Received::new(bytes, isolated)
        .authenticate(desk, &mut attempt)
        .and_then(|authenticated| authenticated.review(desk))
        .and_then(|reviewed| reviewed.permit(desk));
    outcome.map_err(|refusal| Box::new(attempt.refuse(refusal, desk)))
}
