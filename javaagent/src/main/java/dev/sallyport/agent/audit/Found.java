package dev.sallyport.agent.audit;

import org.jspecify.annotations.Nullable;

/**
 * What the policy's rules for content found in a call, in place of the arguments of its {@link Event}.
 *
 * @param words what was found and where, never what it was
 * @param arguments the arguments themselves, as the event would have them
 */
public record Found(String words, @Nullable Object arguments) {}
