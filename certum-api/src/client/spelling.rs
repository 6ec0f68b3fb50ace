//! How the fields of the jurisdiction are spelled.

/// The elements, as the schema of this crate writes them and as other sources do.
const SPELLINGS: [(&str, &str); 3] = [("joiln", "joILN"), ("joisopn", "joISoPN"), ("joisocn", "joISoCN")];

/// How an order's three elements on the jurisdiction of incorporation are spelled. The sources disagree, and only EV
/// orders have them: should the service take such an order for one without a jurisdiction (codes 1092 to 1094), the
/// other spelling is right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum JurisdictionSpelling {
    /// `joiln`, `joisopn`, `joisocn`: as Certum's own library and the guides have it in requests.
    #[default]
    Lower,
    /// `joILN`, `joISoPN`, `joISoCN`: as answers have it.
    Mixed,
}

impl JurisdictionSpelling {
    /// The document in this spelling. In texts `<` is always escaped, so that only tags are found.
    pub(super) fn apply(self, document: String) -> String {
        if self == Self::Lower || !document.contains("<joi") {
            return document;
        }
        SPELLINGS.into_iter().fold(document, |document, (lower, mixed)| {
            document
                .replace(&format!("<{lower}>"), &format!("<{mixed}>"))
                .replace(&format!("</{lower}>"), &format!("</{mixed}>"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_tags_and_no_text() {
        let document = "<joiln>joiln &lt;joiln></joiln><joisopn>x</joisopn><joisocn>PL</joisocn><other/>";
        assert_eq!(JurisdictionSpelling::Lower.apply(document.to_owned()), document);
        assert_eq!(
            JurisdictionSpelling::Mixed.apply(document.to_owned()),
            "<joILN>joiln &lt;joiln></joILN><joISoPN>x</joISoPN><joISoCN>PL</joISoCN><other/>"
        );
    }
}
