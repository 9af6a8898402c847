namespace Loupe.Bench.Suite.Scenes;

/// <summary>A picture of the bundle's demo with what is on it.</summary>
/// <param name="File">Name of the file in the folder of the demo.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Objects">What is on it, at least one.</param>
internal sealed record Scene(string File, int Width, int Height, IReadOnlyList<SceneObject> Objects);

/// <summary>A thing on a picture.</summary>
/// <param name="Name">As people call it.</param>
/// <param name="Kind">What it is one of.</param>
/// <param name="Box">x0, y0, x1, y1 in pixels.</param>
internal sealed record SceneObject(string Name, string Kind, IReadOnlyList<double> Box);
