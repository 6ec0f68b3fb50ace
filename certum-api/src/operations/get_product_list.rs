//! `getProductList`: what the account may order.

use super::operation;
use crate::types::Product;
use crate::wire::record;

record! {
    /// Asks what the account may order.
    pub struct GetProductList {
        /// Whether to list the algorithms that each product is signed with.
        optional hash_algorithm: bool = "hashAlgorithm",
    }
}

record! {
    /// What the account may order.
    pub struct GetProductListResponse {
        /// The products.
        list products: Product = "products" / "product",
    }
}

operation!(GetProductList = "getProductList", Read, GetProductListResponse);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::golden::{answered, check, golden};

    #[test]
    fn matches_its_golden_files() {
        let mut request = GetProductList::new();
        request.hash_algorithm = Some(true);
        let mut product = Product::new();
        product.code = Some(601);
        product.kind = Some("Commercial SSL".into());
        product.validity_period = Some(365);
        product.certificate_notification_enabled = Some(false);
        product.supported_hash_algorithms =
            vec![crate::types::HashAlgorithm::RsaSha256, crate::types::HashAlgorithm::EccSha256];
        let mut response = GetProductListResponse::new();
        response.products = vec![product, Product::new()];
        check(golden!("get_product_list.request"), &request, golden!("get_product_list.response"), &response);
    }

    #[test]
    fn reads_a_list_in_which_things_are_nil() {
        let (_, response) = answered::<GetProductList>(golden!("get_product_list.response.foreign"));
        let [product] = response.products.as_slice() else { panic!("{response:?}") };
        assert_eq!((product.code, product.validity_period), (Some(931), None));
        assert!(product.supported_hash_algorithms.is_empty());
    }
}
