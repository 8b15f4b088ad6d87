package dev.sallyport.agent.weave;

/** What a woven method hands to the gate. */
public sealed interface Operand {

    /** Nothing: null, or 0 where a number is expected. */
    Operand NONE = new Nothing();

    /** The object that the method is called on. */
    Operand SELF = new Self();

    /** Returns the operand for a parameter, counted from 0 without {@code this}. */
    static Operand parameter(int index) {
        return new Parameter(index);
    }

    /** Returns the operand for a parameter that is a long, as an int: for numbers in libraries that are never larger. */
    static Operand longParameter(int index) {
        return new LongParameter(index);
    }

    /** Returns the operand for a field of the object that the method is called on. */
    static Operand field(String name, String descriptor) {
        return new Field(name, descriptor);
    }

    /** Returns the operand for a static field of the class. */
    static Operand staticField(String name, String descriptor) {
        return new StaticField(name, descriptor);
    }

    /** See {@link #NONE}. */
    record Nothing() implements Operand {}

    /** See {@link #SELF}. */
    record Self() implements Operand {}

    /** See {@link #parameter(int)}. */
    record Parameter(int index) implements Operand {}

    /** See {@link #longParameter(int)}. */
    record LongParameter(int index) implements Operand {}

    /** See {@link #field(String, String)}. */
    record Field(String name, String descriptor) implements Operand {}

    /** See {@link #staticField(String, String)}. */
    record StaticField(String name, String descriptor) implements Operand {}
}
