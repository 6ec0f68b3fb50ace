//! What the documents look like, as data: the same descriptions that reading and writing are made of.

/// The type of an element or an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Type {
    /// A type that XML Schema has, by its name there, such as `dateTime`.
    Simple(&'static str),
    /// A text that takes one of some values; the service may add others.
    Enumeration {
        /// The type's name in this crate.
        name: &'static str,
        /// The values that are known.
        values: &'static [&'static str],
    },
    /// A sequence of elements.
    Record {
        /// The type's name in this crate.
        name: &'static str,
        /// The elements, in order, and the attributes.
        fields: &'static [Field],
    },
}

/// An element or an attribute of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// The name on the wire.
    pub name: &'static str,
    /// How often it stands there.
    pub cardinality: Cardinality,
    /// Its type; that of one item, if it is a list.
    pub content: Type,
}

impl Field {
    pub(crate) const fn new(name: &'static str, cardinality: Cardinality, content: Type) -> Self {
        Self { name, cardinality, content }
    }

    /// Elements of which nothing is known.
    pub(crate) const ANYTHING: Self = Self::new("", Cardinality::Anything, Type::Simple("anyType"));
}

/// How often something stands in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cardinality {
    /// An element that stands once.
    Required,
    /// An element that stands once or not at all.
    Optional,
    /// Any number of elements, side by side.
    Repeated,
    /// Any number of elements inside one that stands around them. It is left out if there are none.
    List {
        /// The name of the elements inside.
        item: &'static str,
    },
    /// An attribute.
    Attribute,
    /// Any elements.
    Anything,
}

/// What an operation's documents hold, besides their headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OperationSchema {
    /// The name of the operation, and of its request element.
    pub name: &'static str,
    /// The name of its response element.
    pub response_name: &'static str,
    /// What follows the header in the request.
    pub request: &'static [Field],
    /// What follows the header in a successful response.
    pub response: &'static [Field],
}

impl OperationSchema {
    /// The schema of an operation.
    #[must_use]
    pub const fn of<O: super::Operation>() -> Self {
        Self {
            name: O::NAME,
            response_name: O::RESPONSE_NAME,
            request: O::FIELDS,
            response: <O::Response as super::Record>::FIELDS,
        }
    }
}
