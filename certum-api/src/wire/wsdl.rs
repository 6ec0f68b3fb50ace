//! The service's own description: WSDL 1.1 with an XML schema, as SOAP tool kits read them.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::schema::{Cardinality, Field, OperationSchema, Type};
use super::{Record, TARGET_NAMESPACE};
use crate::operations::OPERATIONS;
use crate::types::{RequestHeader, ResponseHeader};

const PORT_TYPE: &str = "PartnerServicePortType";

/// A WSDL 1.1 document of all operations, for a service at `soap_address`: SOAP 1.1, document/literal.
///
/// The names of messages and port type are the real service's; those of the types inside are this crate's, and never
/// show on the wire.
#[must_use]
pub fn wsdl(soap_address: &str) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <wsdl:definitions name=\"PartnerService\" targetNamespace=\"{TARGET_NAMESPACE}\" \
         xmlns:tns=\"{TARGET_NAMESPACE}\" xmlns:wsdl=\"http://schemas.xmlsoap.org/wsdl/\" \
         xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\">\n\
         <wsdl:types>\n{}</wsdl:types>\n",
        schema()
    );
    let mut port = String::new();
    let mut binding = String::new();
    for operation in OPERATIONS {
        let OperationSchema { name, response_name, .. } = operation;
        for element in [name, response_name] {
            out.push_str(&format!(
                "<wsdl:message name=\"{PORT_TYPE}_{element}\">\
                 <wsdl:part name=\"parameters\" element=\"tns:{element}\"/></wsdl:message>\n"
            ));
        }
        port.push_str(&format!(
            "<wsdl:operation name=\"{name}\">\
             <wsdl:input message=\"tns:{PORT_TYPE}_{name}\"/>\
             <wsdl:output message=\"tns:{PORT_TYPE}_{response_name}\"/></wsdl:operation>\n"
        ));
        binding.push_str(&format!(
            "<wsdl:operation name=\"{name}\"><soap:operation soapAction=\"\" style=\"document\"/>\
             <wsdl:input><soap:body use=\"literal\"/></wsdl:input>\
             <wsdl:output><soap:body use=\"literal\"/></wsdl:output></wsdl:operation>\n"
        ));
    }
    out.push_str(&format!(
        "<wsdl:portType name=\"{PORT_TYPE}\">\n{port}</wsdl:portType>\n\
         <wsdl:binding name=\"PartnerServiceSoapBinding\" type=\"tns:{PORT_TYPE}\">\n\
         <soap:binding style=\"document\" transport=\"http://schemas.xmlsoap.org/soap/http\"/>\n\
         {binding}</wsdl:binding>\n\
         <wsdl:service name=\"PartnerService\">\n\
         <wsdl:port name=\"PartnerServicePort\" binding=\"tns:PartnerServiceSoapBinding\">\
         <soap:address location=\"{}\"/></wsdl:port>\n</wsdl:service>\n</wsdl:definitions>\n",
        escaped(soap_address)
    ));
    out
}

/// The XML schema of all operation elements: what [`wsdl`] holds, by itself, for validators.
///
/// It is as strict as the documents that this crate writes, with two exceptions: enumerations are open, and so is the
/// answer that nobody has described.
#[must_use]
pub fn schema() -> String {
    let mut types = BTreeMap::new();
    let mut out = format!(
        "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:tns=\"{TARGET_NAMESPACE}\" \
         targetNamespace=\"{TARGET_NAMESPACE}\" elementFormDefault=\"unqualified\" \
         attributeFormDefault=\"unqualified\">\n"
    );
    let request_header = Type::Record { name: "RequestHeader", fields: RequestHeader::FIELDS };
    let response_header = Type::Record { name: "ResponseHeader", fields: ResponseHeader::FIELDS };
    for operation in OPERATIONS {
        for (name, header_name, header, fields, is_optional) in [
            (operation.name, "requestHeader", request_header, operation.request, false),
            // An answer that reports errors ends with its header.
            (operation.response_name, "responseHeader", response_header, operation.response, true),
        ] {
            let header = Field::new(header_name, Cardinality::Required, header);
            let mut content = element(&header, &mut types);
            let fields = sequence(fields, &mut types);
            if is_optional && !fields.is_empty() {
                let _ = write!(content, "<xs:sequence minOccurs=\"0\">{fields}</xs:sequence>");
            } else {
                content.push_str(&fields);
            }
            let _ = writeln!(
                out,
                "<xs:element name=\"{name}\"><xs:complexType><xs:sequence>{content}</xs:sequence>\
                 </xs:complexType></xs:element>"
            );
        }
    }
    for definition in types.into_values() {
        out.push_str(&definition);
        out.push('\n');
    }
    out.push_str("</xs:schema>\n");
    out
}

/// The definitions of named types that were met, by name.
type Types = BTreeMap<&'static str, String>;

fn sequence(fields: &[Field], types: &mut Types) -> String {
    fields.iter().map(|field| element(field, types)).collect()
}

fn element(field: &Field, types: &mut Types) -> String {
    let name = field.name;
    let reference = reference(field.content, types);
    match field.cardinality {
        Cardinality::Required => format!("<xs:element name=\"{name}\" type=\"{reference}\"/>"),
        Cardinality::Optional => {
            format!("<xs:element name=\"{name}\" type=\"{reference}\" minOccurs=\"0\"/>")
        }
        Cardinality::Repeated => format!(
            "<xs:element name=\"{name}\" type=\"{reference}\" minOccurs=\"0\" maxOccurs=\"unbounded\"/>"
        ),
        Cardinality::List { item } => format!(
            "<xs:element name=\"{name}\" minOccurs=\"0\"><xs:complexType><xs:sequence>\
             <xs:element name=\"{item}\" type=\"{reference}\" minOccurs=\"0\" maxOccurs=\"unbounded\"/>\
             </xs:sequence></xs:complexType></xs:element>"
        ),
        Cardinality::Attribute => String::new(),
        Cardinality::Anything => {
            "<xs:any processContents=\"skip\" minOccurs=\"0\" maxOccurs=\"unbounded\"/>".to_owned()
        }
    }
}

/// The name by which a type is referred to; defines it, if that was not done yet.
fn reference(content: Type, types: &mut Types) -> String {
    match content {
        Type::Simple(name) => format!("xs:{name}"),
        Type::Enumeration { name, values } => {
            let own = type_name(name);
            types.entry(name).or_insert_with(|| {
                format!(
                    "<xs:simpleType name=\"{own}\"><xs:annotation><xs:documentation>Known: {}</xs:documentation>\
                     </xs:annotation><xs:restriction base=\"xs:string\"/></xs:simpleType>",
                    escaped(&values.join(", "))
                )
            });
            format!("tns:{own}")
        }
        Type::Record { name, fields } => {
            let own = type_name(name);
            if !types.contains_key(name) {
                let content = sequence(fields, types);
                let attributes: String = fields
                    .iter()
                    .filter(|field| field.cardinality == Cardinality::Attribute)
                    .map(|field| {
                        let name = field.name;
                        format!("<xs:attribute name=\"{name}\" type=\"xs:boolean\" default=\"false\"/>")
                    })
                    .collect();
                types.insert(
                    name,
                    format!(
                        "<xs:complexType name=\"{own}\"><xs:sequence>{content}</xs:sequence>{attributes}\
                         </xs:complexType>"
                    ),
                );
            }
            format!("tns:{own}")
        }
    }
}

/// A type's name as schemas spell them.
fn type_name(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
