//! Notices in English.

use cert_domain::{Instruction, Language, ServerType};

use super::letter::Part;
use super::{About, Body, Labels, Task, day, moment, reasons};
use crate::{Audience, Course, NoticeKind, Outlook};

const ENGLISH: Language = Language::English;

pub(super) const LABELS: Labels = Labels {
    greeting: "Hello,",
    product: "Product",
    common_name: "Name",
    serial_number: "Serial number",
    occurred_at: "Event date",
    service: "Service",
    customer: "Customer",
    service_link: "The service in the customer panel:",
};

/// What a notice says; nothing where it is a matter between programs.
pub(super) fn body(about: &About<'_>) -> Option<Body> {
    let certificate = match about.host() {
        Some(host) => format!("certificate for {host}"),
        None => format!("certificate “{}”", about.name()),
    };
    let certificate = certificate.as_str();
    Some(match &about.notice.kind {
        NoticeKind::ConfigurationLink { expires_at, .. } => {
            let until = moment(*expires_at);
            let (details, action) = match &about.form_link {
                Some(link) => (
                    vec![
                        Part::Paragraph("Please fill in the form at this address:".to_owned()),
                        Part::Link(link.clone()),
                    ],
                    format!("The link works until {until}. It is meant for you alone: please don't pass it on."),
                ),
                None if about.is_for_customer() => {
                    (Vec::new(), "Please fill in the form in the customer panel.".to_owned())
                }
                None => (Vec::new(), format!("The customer's link to the form works until {until}.")),
            };
            Body::new(
                format!("The {certificate} is waiting to be configured"),
                format!(
                    "The {certificate} has been ordered and is waiting to be configured: it needs a certificate \
                     request (CSR), names and contact details."
                ),
                action,
            )
            .with_details(details)
        }
        NoticeKind::OrderRefused { findings } => Body::new(
            format!("The order of the {certificate} has to be corrected"),
            format!("The certificate authority did not accept the order of the {certificate}:"),
            about.choose(
                "Please correct the form and send it again.",
                "Correct the order, or settle it with the customer.",
            ),
        )
        .with_details(vec![reasons(findings, ENGLISH)]),
        NoticeKind::OrderRejected => Body::new(
            format!("The order of the {certificate} was rejected or cancelled"),
            format!(
                "The certificate authority has rejected the order of the {certificate}, or it was cancelled. No \
                 certificate will come of it."
            ),
            about.choose(
                "If you still need the certificate, please write to us.",
                "If nobody has cancelled it, ask the certificate authority for the reason.",
            ),
        ),
        NoticeKind::VerificationNeeded { course, instructions } => {
            verification(about, certificate, *course, instructions)
        }
        NoticeKind::Issued { course, not_after } => {
            let until = moment(*not_after);
            let statement = match course {
                Course::New => format!("The {certificate} has been issued. It is valid until {until}."),
                Course::Renewal => {
                    format!("The {certificate} has been issued for the next term. It is valid until {until}.")
                }
                Course::Reissue => {
                    format!("The {certificate} has been reissued. The new one is valid until {until}.")
                }
            };
            Body::new(format!("The {certificate} has been issued"), statement, installation(about, *course))
        }
        NoticeKind::CertificateSent { not_after } => Body::new(
            format!("The files of the {certificate}"),
            format!(
                "We were asked to send you the {certificate} that is described below. It is valid until {}.",
                moment(*not_after)
            ),
            installation(about, Course::New),
        ),
        NoticeKind::SuccessorComing { course, not_after, outlook } => Body::new(
            format!("The {certificate} ends on {}", day(*not_after)),
            format!("The {certificate} is valid until {}.", moment(*not_after)),
            prospect(about, *course, *outlook),
        ),
        NoticeKind::RequestNeeded { course, not_after } => Body::new(
            format!("The {certificate} needs a new certificate request (CSR)"),
            format!(
                "The {certificate} is valid until {}. The next one ({}) can't be ordered without a new certificate \
                 request (CSR).",
                moment(*not_after),
                course.text(ENGLISH)
            ),
            about.choose(
                "Please make a new key with a request, and enter the request in the customer panel. A key that has \
                 been certified before is not accepted again.",
                "The customer has to enter it in the customer panel.",
            ),
        ),
        NoticeKind::InvoiceDue(invoice) => Body::new(
            format!("Payment for the {certificate} is due by {}", invoice.pay_by),
            format!(
                "The next period of the {certificate} is coming up: from {} to {}. To be paid: {}, by {}.",
                invoice.period_start, invoice.period_end, invoice.price, invoice.pay_by
            ),
            about.choose(
                "This is not an invoice: you get that separately.",
                "This is not an invoice: the billing system makes that.",
            ),
        ),
        NoticeKind::ReplacedCertificateEnds { by } => Body::new(
            format!("The former {certificate} will be revoked by {}", day(*by)),
            format!(
                "The {certificate} with the serial number below has been replaced by a new one. It will be revoked \
                 by {} at the latest.",
                moment(*by)
            ),
            about.choose(
                "Please install the new certificate before then, on every server that still uses the former one.",
                "The customer has to install the new certificate before then, on every server that still uses the \
                 former one.",
            ),
        ),
        NoticeKind::Revoked { at } => {
            let since = at.map(|at| format!(" on {}", moment(at))).unwrap_or_default();
            Body::new(
                format!("The {certificate} was revoked"),
                format!("The {certificate} was revoked{since}. It is no longer trusted."),
                about.choose(
                    "Please take it out of use everywhere. If you did not expect this, please write to us.",
                    "It has to be taken out of use everywhere.",
                ),
            )
        }
        NoticeKind::RevocationRefused { findings } => Body::new(
            format!("The {certificate} was not revoked"),
            format!("The certificate authority did not revoke the {certificate}:"),
            about.choose(
                "The certificate stays in force. Please correct the request, or write to us.",
                "The certificate stays in force. Settle it with the certificate authority.",
            ),
        )
        .with_details(vec![reasons(findings, ENGLISH)]),
        NoticeKind::Expired { not_after } => Body::new(
            format!("The {certificate} has expired"),
            format!(
                "The {certificate} expired on {}, and no other has taken its place. It is no longer trusted.",
                moment(*not_after)
            ),
            about.choose(
                "If you still need a certificate, please order it in the customer panel, or write to us.",
                "Ask the customer whether another one is needed.",
            ),
        ),
        NoticeKind::ProofExpiring { valid_until } => Body::new(
            format!("The verification of the {certificate} is valid until {}", day(*valid_until)),
            format!(
                "The last verification of the names of the {certificate} is valid until {}. The next certificate \
                 needs a new one; the present certificate stays valid.",
                moment(*valid_until)
            ),
            about.choose(
                "There is nothing to do now: when the next certificate is ordered, we will tell you what is needed.",
                "When the next certificate is ordered, the customer has to prove control of the names again.",
            ),
        ),
        NoticeKind::Stuck { who, since } => Body::new(
            format!("The order of the {certificate} has not moved since {}", day(*since)),
            format!("The order of the {certificate} has not moved since {}.", moment(*since)),
            next_step(about, *who),
        ),
        NoticeKind::Held { reason } => {
            let details = if about.is_for_customer() { Vec::new() } else { vec![Part::List(vec![reason.text(ENGLISH)])] };
            let action = match about.notice.audience {
                Audience::Customer => "The next step is ours; you need not do anything.",
                Audience::Reseller => {
                    "The next step is yours: settle this, then resume the service or abandon the order."
                }
                Audience::Authority => {
                    "Ask the certificate authority to settle this, then resume the service or abandon the order."
                }
            };
            let subject = format!("The order of the {certificate} is on hold");
            Body::new(subject.clone(), format!("{subject}."), action).with_details(details)
        }
        NoticeKind::StrayOrder { order_id } => Body::new(
            format!("A surplus order of the {certificate}"),
            format!(
                "The certificate authority has order {order_id} of the {certificate}, which was given up or seemed to be \
                 refused, and which nobody waits for any more."
            ),
            about.choose(
                "The next step is ours; you need not do anything.",
                "Cancel the order, unless it is to be kept: each order that is issued is to be paid for.",
            ),
        ),
        NoticeKind::CancellationRequested { reason, at_end_of_period } => {
            let when = if *at_end_of_period { "at the end of the paid period" } else { "at once" };
            let quote = (!reason.trim().is_empty()).then(|| Part::Quote(reason.clone()));
            Body::new(
                format!("Request to end the service: {certificate}"),
                format!("We have received a request to end the service {when}: {certificate}."),
                about.choose(
                    "We will see to it. Until then nothing changes. If this was a mistake, please write to us.",
                    "The decision is yours: nothing has been done about it yet.",
                ),
            )
            .with_details(quote.into_iter().collect())
        }
        NoticeKind::DueDateProposed { .. } => return None,
    })
}

fn verification(about: &About<'_>, certificate: &str, course: Course, instructions: &[Instruction]) -> Body {
    let course = course.text(ENGLISH);
    let task = Task::of(instructions);
    let taken = format!("The certificate authority has accepted the order of the {certificate} ({course}).");
    let statement = match task {
        Task::Publish => format!(
            "{taken} It will issue the certificate once control of the domains is proved. To prove it, publish this:"
        ),
        Task::AnswerMessage => {
            format!(
                "{taken} It will issue the certificate once control of the domains is proved. To prove it:"
            )
        }
        Task::Nothing => format!("{taken} It is now verifying it."),
    };
    let action = match task {
        Task::Publish => about.choose(
            "Once it is published, please have it checked in the customer panel. Leave it in place until the \
             certificate has been issued. Only the code in our latest message counts.",
            "The customer publishes this, and then has it checked in the customer panel.",
        ),
        Task::AnswerMessage => about.choose(
            "If the message is not there, please look into the spam folder, or have it sent again in the customer panel.",
            "The customer follows the link; the message can be sent again.",
        ),
        Task::Nothing => about.choose(
            "There is nothing to publish. If the certificate authority needs anything, it writes to whoever placed \
             the order: please answer its messages.",
            "If the certificate authority needs anything, it writes to whoever placed the order.",
        ),
    };
    let details = match task {
        Task::Publish => instructions.iter().map(record).collect(),
        Task::AnswerMessage => {
            vec![Part::List(instructions.iter().map(|instruction| instruction.text(ENGLISH)).collect())]
        }
        Task::Nothing => Vec::new(),
    };
    Body::new(format!("The {certificate} is waiting for verification"), statement, action)
        .with_details(details)
}

/// What is to be published, to be copied piece by piece.
fn record(instruction: &Instruction) -> Part {
    match instruction {
        Instruction::TxtRecord { name, value } => {
            Part::Record("TXT record", vec![("Name", name.clone()), ("Text", value.clone())])
        }
        Instruction::CnameRecord { name, target } => {
            Part::Record("CNAME record", vec![("Name", name.clone()), ("Target", target.clone())])
        }
        Instruction::File { host, path, body } => {
            Part::Record("File", vec![("Address", format!("http://{host}{path}")), ("Content", body.clone())])
        }
        other => Part::Paragraph(other.text(ENGLISH)),
    }
}

fn installation(about: &About<'_>, course: Course) -> String {
    if !about.has_files {
        return about
            .choose("Please download the files in the customer panel.", "The files could not be attached.")
            .to_owned();
    }
    let server = about.server();
    let mut text = match server {
        ServerType::Other => "The files are attached.".to_owned(),
        server => format!("The files for {} are attached.", server.text(ENGLISH)),
    };
    if about.is_for_customer() {
        text += " Please install them together with the private key, which is never sent by mail.";
        if server == ServerType::HaProxy {
            text += " HAProxy expects the key at the end of the same file.";
        }
        if course != Course::New {
            text += " The new certificate takes the place of the former one.";
        }
    }
    text
}

/// What becomes of a certificate whose end nears.
fn prospect(about: &About<'_>, course: Course, outlook: Outlook) -> String {
    let course = course.text(ENGLISH);
    if !about.is_for_customer() {
        return match outlook {
            Outlook::Automatic => format!("The next one ({course}) is ordered automatically."),
            Outlook::WhenPaid => format!("The next one ({course}) is ordered once the invoice is paid."),
            Outlook::RequestNeeded => {
                format!(
                    "For the next one ({course}) the customer has to enter a new certificate request (CSR)."
                )
            }
            Outlook::ByHand => format!("The customer has to order the next one ({course})."),
            Outlook::Ends => "No other will follow, because the service ends.".to_owned(),
        };
    }
    match outlook {
        Outlook::Automatic => format!(
            "We will order the next one ({course}) in good time. There is nothing to do now; if the domains have to \
             be verified again, we will tell you what is needed."
        ),
        Outlook::WhenPaid => {
            format!(
                "We will order the next one ({course}) as soon as the invoice for the next period is paid."
            )
        }
        Outlook::RequestNeeded => format!(
            "For the next one ({course}) we need a new certificate request (CSR): please enter it in the customer panel."
        ),
        Outlook::ByHand => {
            format!(
                "If you still need a certificate, please order the next one ({course}) in the customer panel."
            )
        }
        Outlook::Ends => {
            "No other will follow, because the service ends. If you want to keep it, please write to us."
                .to_owned()
        }
    }
}

fn next_step(about: &About<'_>, who: Audience) -> &'static str {
    match (who, about.is_for_customer()) {
        (Audience::Customer, true) => {
            "The next step is yours: please see in the customer panel what is missing, or write to us."
        }
        (Audience::Reseller, true) => "The next step is ours; you need not do anything.",
        (Audience::Authority, true) => {
            "We are waiting for the certificate authority; you need not do anything."
        }
        (Audience::Customer, false) => "The next step is the customer's.",
        (Audience::Reseller, false) => "The next step is yours: look at the service.",
        (Audience::Authority, false) => "The next step is the certificate authority's: ask it.",
    }
}
