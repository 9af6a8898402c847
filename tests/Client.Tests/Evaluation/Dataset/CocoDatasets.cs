namespace Loupe.Client.Tests.Evaluation.Dataset;

/// <summary>Small datasets in COCO's and RefCOCO's form: a 6 × 5 picture with a dog, whose mask is known, and a crowd.</summary>
internal static class CocoDatasets
{
    // Columns 1 to 3, rows 1 and 2.
    public const string Polygon = "[[1,1,4,1,4,3,1,3]]";
    public const string Compressed = """{"size":[5,6],"counts":"6230009"}""";
    public const string Uncompressed = """{"size":[5,6],"counts":[6,2,3,2,3,2,12]}""";

    public static string Instances(string segmentation = Polygon, string more = "") => $$"""
        {
          "info": {"year": 2014},
          "images": [
            {"id": 7, "file_name": "a.png", "width": 6, "height": 5},
            {"id": 8, "file_name": "b.png", "width": 6, "height": 5}
          ],
          "annotations": [
            {"id": 70, "image_id": 7, "category_id": 18, "bbox": [1, 1, 3, 2], "area": 6, "iscrowd": 0, "segmentation": {{segmentation}}},
            {"id": 71, "image_id": 7, "category_id": 1, "bbox": [0, 0, 6, 5], "iscrowd": 1, "segmentation": {{Uncompressed}}},
            {"id": 72, "image_id": 8, "category_id": 1, "bbox": [4, 3, 3, 2], "segmentation": []},
            {"id": 73, "image_id": 8, "category_id": 1, "bbox": [4, 3, 0, 2]}{{more}}
          ],
          "categories": [{"id": 1, "name": "person"}, {"id": 18, "name": "dog", "supercategory": "animal"}]
        }
        """;

    public const string Captions = """
        {
          "images": [{"id": 7, "file_name": "a.png", "width": 6, "height": 5}],
          "annotations": [
            {"id": 1, "image_id": 7, "caption": "A dog on the grass."},
            {"id": 2, "image_id": 7, "caption": "A small dog outside."},
            {"id": 3, "image_id": 7, "caption": "the dog", "bbox": [1, 1, 3, 2]}
          ]
        }
        """;

    public const string Refs = """
        [
          {"ref_id": 1, "ann_id": 70, "image_id": 7, "category_id": 18, "file_name": "a_70.png", "split": "val", "sent_ids": [1, 2],
           "sentences": [{"sent_id": 1, "sent": "the dog", "raw": "The dog", "tokens": ["the", "dog"]}, {"sent_id": 2, "sent": "animal on the left"}]},
          {"ref_id": 2, "ann_id": 72, "image_id": 8, "split": "testA", "sentences": ["man at the edge"]}
        ]
        """;

    public static string Write(string folder, string name, string json)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, json);
        return path;
    }

    public static void WritePictures(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "a.png"), Servers.ToyLoupe.Picture);
        File.WriteAllBytes(Path.Combine(folder, "b.png"), [.. Servers.ToyLoupe.Picture, 0]);
    }
}
