//! Which namespace a name is in, as far as this protocol tells them apart.

use quick_xml::events::attributes::Attributes;
use quick_xml::name::PrefixDeclaration;

use super::error::{DecodeError, DecodeProblem};
use super::{SOAP_NAMESPACE, TARGET_NAMESPACE, XSI_NAMESPACE};

/// The attribute that says that an element is absent, without its prefix.
const NIL: &str = "nil";

/// How many namespaces may be declared at a place. SOAP stacks declare half a dozen.
pub(super) const MAX_DECLARATIONS: usize = 256;

/// The namespace of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Space {
    /// No namespace: every element inside an operation element.
    None,
    /// The Partner API's own: the operation element.
    Target,
    /// The SOAP 1.1 envelope's.
    Soap,
    /// That of `xsi:nil`.
    Instance,
    /// Any other: read over.
    Other,
}

impl Space {
    /// The namespace with a name. An empty name is that of none.
    fn of(name: &str) -> Self {
        match name {
            "" => Self::None,
            TARGET_NAMESPACE => Self::Target,
            SOAP_NAMESPACE => Self::Soap,
            XSI_NAMESPACE => Self::Instance,
            _ => Self::Other,
        }
    }
}

/// The declarations in force where a document is being read.
pub(super) struct Namespaces<'a> {
    /// Those of the innermost elements last.
    declared: Vec<Declaration<'a>>,
    /// The namespace of names without a prefix.
    unprefixed: Space,
}

/// What an element says about a prefix, for itself and all in it.
struct Declaration<'a> {
    /// Empty for the namespace of names without one.
    prefix: &'a str,
    space: Space,
    /// How deep the element is.
    depth: u16,
}

impl Default for Namespaces<'_> {
    fn default() -> Self {
        Self { declared: Vec::new(), unprefixed: Space::None }
    }
}

impl<'a> Namespaces<'a> {
    /// The namespace of names without a prefix.
    pub(super) fn unprefixed(&self) -> Space {
        self.unprefixed
    }

    /// Takes in the namespaces that a tag declares, and tells whether it is marked nil.
    pub(super) fn declare(&mut self, attributes: &'a str, depth: u16) -> Result<bool, DecodeError> {
        let mut may_be_nil = false;
        for attribute in Attributes::new(attributes, 0) {
            let attribute = attribute.map_err(|error| malformed(error.into()))?;
            let prefix = match attribute.key.as_namespace_binding() {
                Some(PrefixDeclaration::Default) => "",
                // It can be declared, as what it is.
                Some(PrefixDeclaration::Named("xml")) => continue,
                Some(PrefixDeclaration::Named("" | "xmlns")) => return Err(refused("a reserved prefix")),
                Some(PrefixDeclaration::Named(prefix)) => prefix,
                None => {
                    may_be_nil |= attribute.key.local_name().into_inner() == NIL;
                    continue;
                }
            };
            if self.declared.len() >= MAX_DECLARATIONS {
                return Err(refused("too many namespaces"));
            }
            let space = Space::of(&attribute.value);
            self.declared.push(Declaration { prefix, space, depth });
            if prefix.is_empty() {
                self.unprefixed = space;
            }
        }
        Ok(may_be_nil && self.is_nil(attributes))
    }

    /// Forgets what was declared deeper than here.
    pub(super) fn leave(&mut self, depth: u16) {
        while self.declared.pop_if(|declaration| declaration.depth > depth).is_some() {
            self.unprefixed = self.find("").unwrap_or(Space::None);
        }
    }

    fn find(&self, prefix: &str) -> Option<Space> {
        let mut inwards = self.declared.iter().rev();
        inwards.find(|declaration| declaration.prefix == prefix).map(|declaration| declaration.space)
    }

    /// The namespace that a prefix stands for. One that was declared as nothing is none (Namespaces in XML 1.0,
    /// section 2.2); `xml` is always declared (section 3).
    pub(super) fn resolve(&self, prefix: &str) -> Result<Space, DecodeError> {
        match self.find(prefix) {
            Some(space) if space != Space::None && !prefix.is_empty() => Ok(space),
            None if prefix == "xml" => Ok(Space::Other),
            _ => Err(DecodeError::new(DecodeProblem::UndeclaredPrefix)),
        }
    }

    /// Whether one of the attributes is `xsi:nil`, and true.
    fn is_nil(&self, attributes: &str) -> bool {
        Attributes::new(attributes, 0).flatten().any(|attribute| {
            let (name, prefix) = attribute.key.decompose();
            name.into_inner() == NIL
                && prefix.is_some_and(|prefix| self.find(prefix.into_inner()) == Some(Space::Instance))
                && matches!(attribute.value.trim(), "true" | "1")
        })
    }
}

fn refused(what: &str) -> DecodeError {
    DecodeError::new(DecodeProblem::Malformed(what.to_owned()))
}

pub(super) fn malformed(error: quick_xml::Error) -> DecodeError {
    DecodeError::new(match error {
        // Its texts quote character references.
        quick_xml::Error::Escape(_) => DecodeProblem::UnknownEntity,
        other => DecodeProblem::Malformed(other.to_string()),
    })
}
