using System.Collections.Concurrent;
using System.Text.Json;
using Loupe.Bench.Chaos;
using Loupe.Imaging;
using Picture = Loupe.Bench.Chaos.Picture;

namespace Loupe.Bench.Suite.Scenes;

/// <summary>
/// Pictures without end, another for every number and the same in every run: the demo's scenes with other colours. Any
/// thread.
/// </summary>
internal sealed class SceneBook
{
    private const double MostGain = 0.15;
    private const int MostShift = 12;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly IReadOnlyList<(Scene Scene, Raster Raster)> _scenes;
    private readonly ConcurrentDictionary<int, Picture> _pictures = new();

    private SceneBook(IReadOnlyList<(Scene Scene, Raster Raster)> scenes) => _scenes = scenes;

    /// <summary>Reads the demo of a bundle.</summary>
    /// <exception cref="IOException">The bundle has no demo.</exception>
    public static SceneBook Load(string bundle)
    {
        var folder = Path.Combine(bundle, "demo");
        var path = Path.Combine(folder, "scenes.json");
        if (!File.Exists(path))
        {
            throw new IOException($"{path} is missing: the suite asks about the scenes of a bundle's demo.");
        }

        var scenes = JsonSerializer.Deserialize<List<Scene>>(File.ReadAllBytes(path), Json)!;
        return new([.. scenes.Select(scene => (scene, Loupe.Imaging.Picture.Decode(File.ReadAllBytes(Path.Combine(folder, scene.File)))))]);
    }

    /// <summary>What is on a picture.</summary>
    public Scene SceneOf(int number) => _scenes[number % _scenes.Count].Scene;

    /// <summary>A JPEG file, and its id.</summary>
    public Picture PictureOf(int number) => _pictures.GetOrAdd(number, Draw);

    /// <summary>Forgets the files drawn so far; they can be drawn again.</summary>
    public void Clear() => _pictures.Clear();

    private Picture Draw(int number)
    {
        var raster = _scenes[number % _scenes.Count].Raster;
        var random = new Random(number);
        Span<byte> tables = stackalloc byte[3 * 256];
        for (var channel = 0; channel < 3; channel++)
        {
            var gain = 1 + (MostGain * ((2 * random.NextDouble()) - 1));
            var shift = random.Next(-MostShift, MostShift + 1);
            for (var value = 0; value < 256; value++)
            {
                tables[(channel * 256) + value] = (byte)Math.Clamp((value * gain) + shift, 0, 255);
            }
        }

        var pixels = new byte[raster.Rgb.Length];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = tables[(i % 3 * 256) + raster.Rgb[i]];
        }

        var file = new Raster(raster.Width, raster.Height, pixels).Encode(PictureType.Jpeg);
        return new(Pictures.IdOf(file), file);
    }
}
