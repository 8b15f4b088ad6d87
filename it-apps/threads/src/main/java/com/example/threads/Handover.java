package com.example.threads;

import java.util.concurrent.Callable;

/** One way in which a program gives work to another thread. */
interface Handover {

    /** Has another thread call {@code work} and returns what it returned. */
    String through(Callable<String> work) throws Exception;
}
