namespace Loupe.Engine.Families.Bundles;

/// <summary>A bundle that cannot be served. The message names the file, what was expected and found, and what to do.</summary>
public sealed class BundleException(string message, Exception? innerException = null) : Exception(message, innerException);
