namespace Loupe.Grains;

/// <summary>
/// A place in the caller's process into which a grain of the same process puts a value, so that it passes as a reference.
/// It does not travel: on another silo it arrives as null.
/// </summary>
public abstract class Hand;
