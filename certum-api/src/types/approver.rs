//! How control of the names is to be proved.

use crate::wire::{open_enum, record};

open_enum! {
    /// How control of a domain is proved.
    pub enum ApproverMethod {
        /// A DNS record, of whichever kind.
        Dns = "DNS",
        /// A TXT record at the domain.
        DnsTxt = "DNS_TXT",
        /// A TXT record at `_certum` under the domain.
        DnsTxtPrefix = "DNS_TXT_PREFIX",
        /// A CNAME record at the domain.
        DnsCname = "DNS_CNAME",
        /// A CNAME record at `_certum` under the domain.
        DnsCnamePrefix = "DNS_CNAME_PREFIX",
        /// A file on the domain's web server.
        File = "FILE",
        /// A message to an administrative mailbox of the domain.
        Admin = "ADMIN",
    }
}

open_enum! {
    /// The administrative mailboxes that may approve a domain (CA/B Baseline Requirements, 3.2.2.4.4).
    pub enum ApproverEmailPrefix {
        /// `admin@`
        Admin = "ADMIN",
        /// `administrator@`
        Administrator = "ADMINISTRATOR",
        /// `postmaster@`
        Postmaster = "POSTMASTER",
        /// `hostmaster@`
        Hostmaster = "HOSTMASTER",
        /// `webmaster@`
        Webmaster = "WEBMASTER",
    }
}

record! {
    /// How control of all the names of an order is to be proved. At most one of the two e-mail forms.
    pub struct SanApprover {
        /// The method.
        required method: ApproverMethod = "approverMethod",
        /// The whole mailbox that is to approve.
        optional email: String = "approverEmail",
        /// The mailbox of each domain that is to approve.
        optional email_prefix: ApproverEmailPrefix = "approverEmailPrefix",
        /// Whether the CA sends the instructions to the customer itself.
        optional notification_enabled: bool = "verificationNotificationEnabled",
    }
}
