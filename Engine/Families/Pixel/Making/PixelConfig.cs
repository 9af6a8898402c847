using Loupe.Engine.Families.Pixel.Graphs;

namespace Loupe.Engine.Families.Pixel.Making;

/// <summary><c>config.json</c> of a trained model: what its bundle is to say, and the sizes of its graphs.</summary>
/// <param name="Name">Of the bundle.</param>
/// <param name="Version">Of the bundle.</param>
/// <param name="Description">One line for people.</param>
/// <param name="License">One line for people.</param>
/// <param name="Image">How a picture becomes the encoder's input.</param>
/// <param name="Limits">What a question may ask for at most.</param>
/// <param name="Tasks">The tasks that are offered.</param>
/// <param name="Model">Sizes.</param>
internal sealed record PixelConfig(
    string Name,
    string Version,
    string Description,
    string License,
    ImageLayout Image,
    PixelLimits Limits,
    PixelTasks Tasks,
    PixelSizes Model);
