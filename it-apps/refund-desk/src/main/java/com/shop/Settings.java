package com.shop;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Where the desk finds the services that it uses.
 *
 * @param model the model's endpoint
 * @param orders the order service
 * @param payments the payment service provider
 * @param export where an export of all orders goes
 * @param geo the service that tells where a customer ordered from
 */
record Settings(URI model, URI orders, URI payments, URI export, URI geo) {

    /**
     * Reads the settings.
     *
     * @throws IOException if the file cannot be read or lacks one of them
     */
    static Settings read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return new Settings(
                uri(properties, "model"),
                uri(properties, "orders"),
                uri(properties, "payments"),
                uri(properties, "export"),
                uri(properties, "geo"));
    }

    private static URI uri(Properties properties, String key) throws IOException {
        String value = properties.getProperty(key);
        if (value == null) {
            throw new IOException("the setting '" + key + "' is missing");
        }
        return URI.create(value);
    }
}
