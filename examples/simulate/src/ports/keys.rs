//! Where keys lie, with borders around.

use std::sync::Arc;

use async_trait::async_trait;
use cert_lifecycle::vault::{
    Encryption, KeyPut, KeyStore, KeyStoreError, KeySummary, MemoryKeyStore, StoredKey,
};
use csr_tools::PublicKeyHash;

use crate::world::World;

pub(crate) struct AroundKeys {
    pub(crate) keys: MemoryKeyStore,
    pub(crate) world: Arc<World>,
}

#[async_trait]
impl KeyStore for AroundKeys {
    async fn put_if_absent(&self, key: StoredKey) -> Result<KeyPut, KeyStoreError> {
        self.world.stage.pass().await;
        let put = self.keys.put_if_absent(key).await?;
        self.world.stage.pass().await;
        Ok(put)
    }

    async fn get(&self, hash: &PublicKeyHash) -> Result<Option<StoredKey>, KeyStoreError> {
        self.world.stage.pass().await;
        self.keys.get(hash).await
    }

    async fn re_encrypt(&self, seen: &StoredKey, by: Encryption) -> Result<bool, KeyStoreError> {
        self.keys.re_encrypt(seen, by).await
    }

    async fn delete(&self, hash: &PublicKeyHash) -> Result<bool, KeyStoreError> {
        self.world.stage.pass().await;
        self.keys.delete(hash).await
    }

    async fn list(&self) -> Result<Vec<KeySummary>, KeyStoreError> {
        self.keys.list().await
    }
}
