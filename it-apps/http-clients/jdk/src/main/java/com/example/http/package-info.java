/** A program that makes HTTP requests, each with the client, and for the agent, that it is told. */
@NullMarked
package com.example.http;

import org.jspecify.annotations.NullMarked;
