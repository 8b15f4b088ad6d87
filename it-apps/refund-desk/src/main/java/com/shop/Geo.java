package com.shop;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Tells where a customer ordered from; somebody was in a hurry and let curl do it. */
final class Geo {

    private final URI service;

    Geo(URI service) {
        this.service = service;
    }

    /** Returns the place as JSON, or {@code unknown} if it cannot be told. */
    String place(String order) throws InterruptedException {
        try {
            Process curl = new ProcessBuilder(
                            "curl", "--silent", "--noproxy", "*", "--max-time", "5", service + "/place?order=" + order)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String place = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return curl.waitFor() == 0 ? place : "unknown";
        } catch (IOException e) {
            return "unknown";
        }
    }
}
