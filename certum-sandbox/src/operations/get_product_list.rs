//! `getProductList`: what the account may order.

use certum_api::{
    operations::{GetProductList, GetProductListResponse},
    types::Product as WireProduct,
};

use super::{Refused, Serve, Served};
use crate::{
    products::{self, Product},
    service::Service,
};

impl Serve for GetProductList {
    /// Codes for renewals are products of their own. Validity is told in days; the sources give no unit.
    async fn serve(self, _service: &Service) -> Result<Served<GetProductListResponse>, Refused> {
        let with_algorithms = self.hash_algorithm == Some(true);
        let mut response = GetProductListResponse::new();
        for product in products::all() {
            let mut list = |code: &str, title: String| {
                response.products.push(tell(product, code, title, with_algorithms));
            };
            list(product.code, product.title.to_owned());
            if let Some(renewal) = product.renewal {
                list(renewal, format!("{} (renewal)", product.title));
            }
        }
        Ok(response.into())
    }

    fn order_id(&self, _service: &Service) -> Option<String> {
        None
    }
}

fn tell(product: &Product, code: &str, title: String, with_algorithms: bool) -> WireProduct {
    let mut told = WireProduct::new();
    told.code = code.parse().ok();
    told.kind = Some(title);
    told.validity_period = Some(product.longest_days());
    // The sandbox writes to nobody before a certificate ends.
    told.certificate_notification_enabled = Some(false);
    if with_algorithms {
        told.supported_hash_algorithms = product.hash_algorithms().to_vec();
    }
    told
}
