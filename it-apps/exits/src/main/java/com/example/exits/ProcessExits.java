package com.example.exits;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The ways to start a process. The target is a file that the process creates. */
final class ProcessExits {

    private ProcessExits() {}

    static void addTo(Map<String, Exit> exits) {
        exits.put("ProcessBuilder.start", ProcessExits::start);
        exits.put("ProcessBuilder.startPipeline", ProcessExits::startPipeline);
        exits.put("Runtime.exec", ProcessExits::exec);
    }

    private static void start(String target) throws Exception {
        new ProcessBuilder("touch", target).start().waitFor();
    }

    private static void startPipeline(String target) throws Exception {
        for (Process process :
                ProcessBuilder.startPipeline(List.of(new ProcessBuilder("touch", target), new ProcessBuilder("cat")))) {
            process.waitFor();
        }
    }

    private static void exec(String target) throws IOException, InterruptedException {
        Runtime.getRuntime().exec(new String[] {"touch", target}).waitFor();
    }
}
