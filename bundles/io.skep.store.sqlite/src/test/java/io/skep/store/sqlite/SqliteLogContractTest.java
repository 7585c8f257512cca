// SPDX-License-Identifier: Apache-2.0
package io.skep.store.sqlite;

import io.skep.api.store.LogStore;
import io.skep.testkit.LogStoreContract;
import java.nio.file.Path;

class SqliteLogContractTest extends LogStoreContract {
    @Override
    protected LogStore open(Path directory) {
        return Stores.open(directory);
    }

    @Override
    protected void close(LogStore store) {
        ((SqliteStore) store).close();
    }
}
