package com.example.exits;

/** A program that says that it ran. */
public final class Hello {

    private Hello() {}

    public static void main(String[] args) {
        System.out.println("main ran");
    }
}
